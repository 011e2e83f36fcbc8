package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"dateline/store"
)

// settingsName names all that a site is made of beside the changes in its
// store: the configuration, the store itself, and this program.
func settingsName(c config, stats store.Stats) (string, error) {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode([]any{c.Site, c.Output, c.Categories, c.Retired, c.Feeds, stats.Created}); err != nil {
		return "", err
	}
	if err := copyProgram(h); err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}

// copyProgram writes the bytes of this program.
func copyProgram(w io.Writer) error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
