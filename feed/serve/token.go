package serve

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
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
	noRight       = ""         // needs no token
)

// Rights are all of them.
func Rights() []string { return []string{publishRight, moderateRight, readRight} }

// Token lets its bearer do something.
type Token struct {
	Name   string // who it is, in the change log
	Secret string
	May    []string // of Rights
}

type tokenKey struct{}

// authorize finds the token of a request and leaves its name for tokenName.
func (s *Server) authorize(r *http.Request, right string) error {
	if right == noRight {
		return nil
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return errNoToken
	}
	token, ok := s.token(strings.TrimSpace(secret))
	if !ok {
		return errBadToken
	}
	if !slices.Contains(token.May, right) {
		return fmt.Errorf("%w: %s has the right to %s, and this takes %s", errNoRight, token.Name, strings.Join(token.May, ", "), right)
	}
	*r = *r.WithContext(context.WithValue(r.Context(), tokenKey{}, token.Name))
	return nil
}

// token compares all tokens in constant time.
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

// tokenName is the name of the token that a request came with.
func tokenName(ctx context.Context) string {
	name, _ := ctx.Value(tokenKey{}).(string)
	return name
}
