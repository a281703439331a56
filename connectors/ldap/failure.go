package ldap

import (
	"context"
	"errors"
	"net"
	"strings"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
)

// answered reports whether an error is an answer of the server: its connection
// is sound.
func answered(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.ResultCode < driver.ErrorNetwork && !errors.Is(err, errSent)
}

// meaning is what a server's answer means for who asked.
type meaning struct {
	kind connectors.ErrorKind
	text string
	hint string
}

const (
	reachable = "see that the directory runs and can be reached"
	limits    = "raise the server's limit for bind_dn (OpenLDAP: size.prtotal=unlimited), or read less with filter and base"
)

var meanings = map[uint16]meaning{
	driver.LDAPResultTimeLimitExceeded:            {connectors.Limited, "the server's time limit was reached", limits},
	driver.LDAPResultSizeLimitExceeded:            {connectors.Limited, "the server's size limit was reached: it tells no more entries", limits},
	driver.LDAPResultAdminLimitExceeded:           {connectors.Limited, "a limit of the server was reached", limits},
	driver.LDAPResultBusy:                         {connectors.Limited, "the server is busy", ""},
	driver.LDAPResultUnavailable:                  {connectors.Unavailable, "the server is not available", reachable},
	driver.LDAPResultAuthMethodNotSupported:       {connectors.Denied, "the server does not take a password", ""},
	driver.LDAPResultStrongAuthRequired:           {connectors.Denied, "the server wants a safer connection", "use ldaps://, or start_tls"},
	driver.LDAPResultConfidentialityRequired:      {connectors.Denied, "the server wants a safer connection", "use ldaps://, or start_tls"},
	driver.LDAPResultInvalidCredentials:           {connectors.Denied, "the server does not accept the credential", "correct bind_dn and password"},
	driver.LDAPResultInappropriateAuthentication:  {connectors.Denied, "the server does not accept the credential", "correct bind_dn and password"},
	driver.LDAPResultInsufficientAccessRights:     {connectors.Denied, "bind_dn may not do this", "grant bind_dn the right"},
	driver.LDAPResultReferral:                     {connectors.Denied, "the server sends to another one", "point url to the server that holds, or writes, base"},
	driver.LDAPResultAuthorizationDenied:          {connectors.Denied, "bind_dn may not do this", "grant bind_dn the right"},
	driver.LDAPResultUnwillingToPerform:           {connectors.Refused, "the server does not want to do this", "see its policies, and whether it is read-only"},
	driver.LDAPResultAssertionFailed:              {connectors.Moved, "the entry is not the one last seen", ""},
	driver.LDAPResultNoSuchObject:                 {connectors.NotFound, "there is no such entry", "see that base, parent and archive_to are there, and may be read"},
	driver.LDAPResultNoSuchAttribute:              {connectors.Moved, "the entry holds another value than last seen", ""},
	driver.LDAPResultAttributeOrValueExists:       {connectors.Moved, "the entry holds another value than last seen", ""},
	driver.LDAPResultUndefinedAttributeType:       {connectors.Refused, "there is no such attribute", ""},
	driver.LDAPResultInappropriateMatching:        {connectors.Refused, "the attribute cannot be compared", ""},
	driver.LDAPResultConstraintViolation:          {connectors.Refused, "a constraint does not hold", ""},
	driver.LDAPResultInvalidAttributeSyntax:       {connectors.Refused, "the value does not fit the attribute's syntax", ""},
	driver.LDAPResultInvalidDNSyntax:              {connectors.Refused, "it is not a DN", ""},
	driver.LDAPResultNamingViolation:              {connectors.Refused, "the entry cannot be named so", "choose another rdn"},
	driver.LDAPResultObjectClassViolation:         {connectors.Refused, "its object class does not allow this, or wants more attributes", "map every attribute that the class must have"},
	driver.LDAPResultNotAllowedOnNonLeaf:          {connectors.Refused, "there are entries below it", "delete those first"},
	driver.LDAPResultNotAllowedOnRDN:              {connectors.Refused, "the attribute names the entry", ""},
	driver.LDAPResultEntryAlreadyExists:           {connectors.Refused, "there is an entry of this name", "a record with this key exists"},
	driver.LDAPResultObjectClassModsProhibited:    {connectors.Refused, "the object class of an entry stays as it is", ""},
	driver.LDAPResultAffectsMultipleDSAs:          {connectors.Refused, "the new place is on another server", ""},
	driver.LDAPResultUnavailableCriticalExtension: {connectors.Unsupported, "the server does not know a control that it said it knows", ""},
	driver.LDAPResultAliasProblem:                 {connectors.Unreadable, "an alias leads nowhere", ""},
}

// fault gives an error the meaning it has in the contract. One that has a
// meaning stays as it is. Nothing else that the server says is told: it may
// quote values.
func fault(op, where string, err error) error {
	var known *connectors.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	}
	e := &connectors.Error{Kind: connectors.Failed, Op: op, Where: where, Err: plain("the directory failed")}
	var network net.Error
	var own plain
	var answer *driver.Error
	switch {
	case errors.Is(err, context.Canceled):
		e.Kind, e.Err = connectors.Unavailable, context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		e.Kind, e.Err = connectors.Unavailable, context.DeadlineExceeded
	case answered(err) && errors.As(err, &answer):
		if m, ok := meanings[answer.ResultCode]; ok {
			e.Kind, e.Err, e.Hint = m.kind, plain(m.text), m.hint
		} else {
			e.Err = plain("the directory failed: " + driver.LDAPResultCodeMap[answer.ResultCode])
		}
	case errors.As(err, &own):
		e.Err = own
	case errors.As(err, &network), errors.As(err, &answer), strings.Contains(err.Error(), "unable to"):
		e.Kind, e.Err, e.Hint = connectors.Unavailable, plain("the directory does not answer"), reachable
	}
	return e
}

// unsure is the fault of a write of these attributes: without an answer, or
// with one that says nothing of what was done, the write may have happened.
func unsure(verb, where string, err error, sent ...string) error {
	e, ok := fault(verb, where, err).(*connectors.Error)
	var known *connectors.Error
	if !ok || errors.As(err, &known) {
		return err
	}
	if !answered(err) || driver.IsErrorAnyOf(err, driver.LDAPResultOther, driver.LDAPResultOperationsError, driver.LDAPResultTimeLimitExceeded) {
		e.Kind, e.Hint = connectors.Uncertain, "the next run reads the entry and finds out"
	}
	e.Field = blamed(err, sent)
	return e
}

// blamed returns the attribute that a server finds fault with: OpenLDAP's
// answer begins with it. Only one that was sent is told.
func blamed(err error, sent []string) string {
	var answer *driver.Error
	if !errors.As(err, &answer) || answer.Err == nil {
		return ""
	}
	name, _, _ := strings.Cut(answer.Err.Error(), ":")
	for _, s := range sent {
		if strings.EqualFold(s, name) {
			return s
		}
	}
	return ""
}
