package state

import "bytes"

// Held calls id and key with everything under id and key that leads to an
// entity of the set, the index log included.
func (v *View) Held(set map[Entity]bool, id func(p, end Number, record string), key func(p, key Number, digest uint64, x Entity)) error {
	if v.tx == nil {
		return nil
	}
	err := v.indexed(bucketID, func(k, value []byte) {
		if len(k) >= 4 && set[Entity(bigEndian(value))] {
			id(Number(k[0])<<8|Number(k[1]), Number(k[2])<<8|Number(k[3]), string(k[4:]))
		}
	})
	if err != nil {
		return err
	}
	return v.indexed(bucketKey, func(k, value []byte) {
		for i := 0; i+8 <= len(value) && len(k) == 12; i += 8 {
			if x := Entity(bigEndian(value[i : i+8])); set[x] {
				key(Number(k[0])<<8|Number(k[1]), Number(k[2])<<8|Number(k[3]), bigEndian(k[4:]), x)
			}
		}
	})
}

// indexed calls fn with everything under id or key, the index log included.
func (v *View) indexed(bucket uint8, fn func(key, value []byte)) error {
	o := v.overlay
	o.mu.RLock()
	var keys [][]byte
	for _, at := range o.sorted() {
		key, _ := o.entry(int(at))
		keys = append(keys, bytes.Clone(key))
	}
	o.mu.RUnlock()
	for _, key := range keys {
		value, ok := o.get(v.end, key)
		if !ok || key[0] != bucket || len(value) == 0 {
			continue
		}
		plain, err := v.store.vault.openKey(bucket, key[1:])
		if err != nil {
			return err
		}
		fn(plain, value)
	}
	return v.each(bucket, nil, func(k, value []byte) error {
		if _, ok := o.get(v.end, v.store.vault.indexKey(nil, append([]byte{bucket}, k...))); !ok {
			fn(k, value)
		}
		return nil
	})
}
