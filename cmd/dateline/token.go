package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dateline/feed/serve"
)

// localToken is the name of the token that the server keeps in a private file
// beside the store, for the commands of the same machine.
const localToken = "local"

// localTokenFile is where that is kept.
func (c config) localTokenFile() string {
	path := c.storePath()
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".token"
}

// makeLocalToken reads the local token, or makes it when there is none.
func (c config) makeLocalToken() (serve.Token, error) {
	path := c.localTokenFile()
	secret, err := readSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		secret = rand.Text()
		err = os.WriteFile(path, []byte(secret+"\n"), 0o600)
	}
	if err != nil {
		return serve.Token{}, fmt.Errorf("local token: %w", err)
	}
	return serve.Token{Name: localToken, Secret: secret, May: serve.Rights(), Unlimited: true}, nil
}

// tokens are those of the configuration. Every one that cannot be read is
// named.
func (c config) tokens() (list []serve.Token, err error) {
	var faults []error
	for _, t := range c.Tokens {
		secret := os.Getenv(t.TokenEnv)
		if t.TokenFile != "" {
			if secret, err = readSecret(c.file(t.TokenFile)); err != nil {
				faults = append(faults, fmt.Errorf("token %q: %w", t.Name, err))
				continue
			}
		} else if secret == "" {
			faults = append(faults, fmt.Errorf("token %q: the environment variable %s is not set", t.Name, t.TokenEnv))
			continue
		}
		if i := slices.IndexFunc(list, func(other serve.Token) bool { return other.Secret == secret }); i >= 0 {
			faults = append(faults, fmt.Errorf("token %q: it is the same secret as token %q: give each its own", t.Name, list[i].Name))
			continue
		}
		list = append(list, serve.Token{Name: t.Name, Secret: secret, May: t.May})
	}
	return list, errors.Join(faults...)
}

// minSecret is the length of the shortest token that is no invitation to
// guess.
const minSecret = 16

func readSecret(path string) (string, error) {
	data, err := readWhole(path)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(data))
	if why := badSecret(path, secret); why != "" {
		return "", errors.New(why)
	}
	return secret, nil
}

// badSecret says what is wrong with the secret of a token in a file, and nothing
// when it can be one.
func badSecret(path, secret string) string {
	if len(secret) < minSecret {
		return fmt.Sprintf("%s: a token must be at least %d characters long: write one with `openssl rand -hex 24 > %s`", path, minSecret, path)
	}
	if strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return fmt.Sprintf("%s: a token is one word of ASCII, without spaces: more could not be sent: write one with `openssl rand -hex 24 > %s`", path, path)
	}
	return ""
}
