package serve

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The rights that a token may have.
const (
	publishRight  = "publish"  // file and correct articles
	moderateRight = "moderate" // hold, release and kill them
	readRight     = "read"     // see what is not public
	operateRight  = "operate"  // copy the store, see the configuration
	noRight       = ""         // needs no token
)

// Rights are all of them.
func Rights() []string { return []string{publishRight, moderateRight, readRight, operateRight} }

// Token lets its bearer do something.
type Token struct {
	Name   string // who it is, in the change log
	Secret string
	May    []string // of Rights

	Unlimited bool // no Rate holds for it
}

type tokenKey struct{}

// authorize finds the token of a request, which is counted, and leaves it for
// tokenName and mayDo. What is left of the limit it says in h.
func (s *Server) authorize(h http.Header, r *http.Request, right string) error {
	if right == noRight {
		return nil
	}
	token, err := s.bearer(r)
	if err != nil {
		if many := s.limits.takeStranger(h, r.RemoteAddr, s.Now()); many != nil {
			return many
		}
		return err
	}
	if err := s.limits.take(h, token, s.Now()); err != nil {
		return err
	}
	*r = *r.WithContext(context.WithValue(r.Context(), tokenKey{}, token))
	return mayDo(r.Context(), right)
}

// mayDo fails when the token that a request came with has not the right.
func mayDo(ctx context.Context, right string) error {
	token, _ := ctx.Value(tokenKey{}).(Token)
	if !slices.Contains(token.May, right) {
		return fmt.Errorf("%w: %s has the right to %s, and this takes %s", errNoRight, token.Name, strings.Join(token.May, ", "), right)
	}
	return nil
}

// bearer is the token that a request was sent with.
func (s *Server) bearer(r *http.Request) (Token, error) {
	fields := r.Header.Values("Authorization")
	if len(fields) != 1 {
		return Token{}, errNoToken
	}
	scheme, secret, _ := strings.Cut(fields[0], " ")
	if secret = strings.TrimSpace(secret); !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return Token{}, errNoToken
	}
	token, ok := s.token(secret)
	if !ok {
		return Token{}, errBadToken
	}
	return token, nil
}

// May reports whether a secret is that of a token with the right to moderate.
func (s *Server) May(secret string) bool {
	t, ok := s.token(secret)
	return ok && slices.Contains(t.May, moderateRight)
}

// token is the one with that secret. All of them are compared, each in constant
// time and by its digest, so that how long it takes says neither how much of a
// secret is right nor how long one is.
func (s *Server) token(secret string) (found Token, ok bool) {
	given := sha256.Sum256([]byte(secret))
	for _, t := range s.Tokens {
		want := sha256.Sum256([]byte(t.Secret))
		if subtle.ConstantTimeCompare(given[:], want[:]) == 1 {
			found, ok = t, true
		}
	}
	return found, ok
}

// challenge is the WWW-Authenticate of an answer, if it has one (RFC 6750 §3).
func challenge(err error) string {
	const realm = `Bearer realm="dateline"`
	switch status(err) {
	case http.StatusUnauthorized:
		if errors.Is(err, errBadToken) {
			return realm + `, error="invalid_token"`
		}
		return realm
	case http.StatusForbidden:
		return realm + `, error="insufficient_scope"`
	}
	return ""
}

// tokenName is the name of the token that a request came with.
func tokenName(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(Token)
	return token.Name
}
