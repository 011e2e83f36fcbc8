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
	operateRight  = "operate"  // copy the store
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
// tokenName and mayDo.
func (s *Server) authorize(r *http.Request, right string) error {
	if right == noRight {
		return nil
	}
	token, err := s.bearer(r)
	if err != nil {
		if many := s.limits.takeStranger(r, s.Now()); many != nil {
			return many
		}
		return err
	}
	if err := s.limits.take(token, s.Now()); err != nil {
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
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return Token{}, errNoToken
	}
	token, ok := s.token(strings.TrimSpace(secret))
	if !ok {
		return Token{}, errBadToken
	}
	return token, nil
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
	token, _ := ctx.Value(tokenKey{}).(Token)
	return token.Name
}
