package pipelines

import "github.com/zclconf/go-cty/cty"

// encryption compiles the block of that name: the key is a secret, and only a
// run resolves it.
func (b *body) encryption() *Secret {
	a, ok := b.hcl.Attributes["key"]
	if !ok {
		b.fail(codeMissing, b.header, `the encryption block has no key`, `key = secret("env:NAME"): without it the state would stand open`)
		return nil
	}
	v, ok := b.eval(a.Expr, b.context)
	if !ok {
		return nil
	}
	ref, found := secretIn(v)
	if _, whole := isSecret(v); found && !whole {
		b.fail(codeSecretMisuse, b.at("key"), `"key" is not one secret`, "secret(…) stands alone")
		return nil
	}
	if plain, _ := v.UnmarkDeep(); !found && plain.Type() == cty.String {
		b.hide(b.at("key"))
		b.fail(codePlainSecret, b.at("key"), "the key of the state in plain text", `write key = secret("env:NAME")`)
		return nil
	}
	if !found {
		b.fail(codeWrongValue, b.at("key"), `"key" must be a secret`, `write key = secret("env:NAME")`)
		return nil
	}
	return &Secret{Ref: ref, Range: b.at("key")}
}
