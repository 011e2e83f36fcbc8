package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"dateline/feed/opml"
	"dateline/store/bolt"
)

// probe looks at the files and folders that the configuration names, and
// changes none: what would be found out late otherwise.
func (c *config) probe(doc *document) {
	if !doc.parsed {
		return
	}
	c.probeTokens(doc)
	for i, s := range c.Sources {
		if s.Auth.PasswordFile != "" {
			key := fmt.Sprintf("sources[%d].auth.password_file", i)
			if data := c.probeSecret(doc, key, s.Auth.PasswordFile); data != nil && strings.TrimSpace(string(data)) == "" {
				doc.fault(key, "%s is empty: write the password into it", c.file(s.Auth.PasswordFile))
			}
		}
	}
	for i, address := range c.Outlines {
		if strings.Contains(address, "://") {
			continue // asking for it is for the server
		}
		// No fault: the server goes on without it, and looks again.
		key := fmt.Sprintf("sources_opml[%d]", i)
		if data, err := readWhole(c.file(address)); err != nil {
			doc.warn(key, "cannot be read, and gives no sources until it can: %s", err)
		} else if _, err := opml.Read(data); err != nil {
			doc.warn(key, "%s cannot be read, and gives no sources until it can: %s", c.file(address), err)
		}
	}
	if c.Store.Path != "" {
		c.probeFile(doc, "store.path", c.storePath())
		warnOpen(doc, "store.path", c.localTokenFile())
	}
	if c.Inbox.Path != "" {
		c.probeFolder(doc, "inbox.path", c.file(c.Inbox.Path))
		c.probeInbox(doc)
	}
	if c.Backup.Folder != "" {
		c.probeFolder(doc, "backup.folder", c.file(c.Backup.Folder))
	}
}

func (c *config) probeTokens(doc *document) {
	owners := map[string]string{} // of each secret
	for i, t := range c.Tokens {
		key, secret := fmt.Sprintf("tokens[%d].token_env", i), os.Getenv(t.TokenEnv)
		switch {
		case (t.TokenFile == "") == (t.TokenEnv == ""):
			continue // that is a fault
		case t.TokenFile != "":
			key = fmt.Sprintf("tokens[%d].token_file", i)
			data := c.probeSecret(doc, key, t.TokenFile)
			if data == nil {
				continue
			}
			secret = strings.TrimSpace(string(data))
			if why := badSecret(c.file(t.TokenFile), secret); why != "" {
				doc.fault(key, "%s", why)
			}
		case secret == "":
			doc.fault(key, "the environment variable %s is not set where this runs", t.TokenEnv)
			continue
		}
		if other, ok := owners[secret]; ok {
			doc.fault(key, "it is the same secret as that of token %q: give each its own", other)
		} else {
			owners[secret] = t.Name
		}
	}
}

// probeSecret reads the file of a secret. The answer is nil when it cannot be
// read.
func (c *config) probeSecret(doc *document, key, path string) []byte {
	data, err := readWhole(c.file(path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		doc.fault(key, "there is no file %s: write the secret into one of that name", c.file(path))
	case errors.Is(err, fs.ErrPermission):
		doc.fault(key, "this user may not read %s: give the user that the server runs as the right", c.file(path))
	case err != nil:
		doc.fault(key, "cannot be read: %s", err)
	default:
		warnOpen(doc, key, c.file(path))
		return append([]byte{}, data...)
	}
	return nil
}

// probeInbox faults an inbox in which other things stand, which would be filed
// or moved to where what was refused is.
func (c *config) probeInbox(doc *document) {
	type file struct{ what, path string }
	files := []file{{"this configuration", c.file(filepath.Base(doc.path))}, {"the store", c.storePath()}}
	add := func(what, path string) {
		if path != "" && !strings.Contains(path, "://") {
			files = append(files, file{what, c.file(path)})
		}
	}
	if c.Backup.Folder != "" {
		add("backups", filepath.Join(c.Backup.Folder, backupPrefix))
	}
	add("tls.cert_file", c.TLS.CertFile)
	add("tls.key_file", c.TLS.KeyFile)
	add("tls.acme.root_file", c.TLS.ACME.RootFile)
	for _, t := range c.Tokens {
		add("the token "+t.Name, t.TokenFile)
	}
	for _, s := range c.Sources {
		add("the password of source "+s.Name, s.Auth.PasswordFile)
	}
	for _, o := range c.Outlines {
		add("an outline", o)
	}
	inbox := c.file(c.Inbox.Path)
	for _, f := range files {
		if isSame(inbox, filepath.Dir(f.path)) {
			doc.fault("inbox.path", "%s is the folder of %s, which would be taken for copy: name one of its own", inbox, f.what)
			return
		}
	}
}

// isSame reports whether two names are of one file or folder.
func isSame(a, b string) bool {
	one, err := os.Stat(a)
	other, wrong := os.Stat(b)
	if err != nil || wrong != nil {
		return filepath.Clean(a) == filepath.Clean(b)
	}
	return os.SameFile(one, other)
}

// probeStart looks at what a server that starts would look at by itself, and one
// that runs has already: the store, and the files for HTTPS.
func (c *config) probeStart(doc *document) {
	if info, err := os.Stat(c.storePath()); doc.parsed && err == nil && info.Mode().IsRegular() && writable(c.storePath()) == nil {
		if err := bolt.Inspect(c.storePath()); err != nil {
			doc.fault("store.path", "%s: %s", c.storePath(), err)
		}
	}
	c.probeTLS(doc)
}

// probeTLS looks at the files for HTTPS.
func (c *config) probeTLS(doc *document) {
	site, err := url.Parse(c.Site.URL)
	if !doc.parsed || len(c.TLS.Listen) == 0 || err != nil {
		return
	}
	if c.TLS.CertFile != "" && c.TLS.KeyFile != "" {
		t := certificates{host: site.Hostname(), cert: c.file(c.TLS.CertFile), key: c.file(c.TLS.KeyFile)}
		if pair, err := t.load(); pair == nil {
			doc.fault("tls.cert_file", "cannot be used: %s", err)
		} else if err != nil {
			doc.warn("tls.cert_file", "is no good to clients, and would be used all the same: %s", err)
		}
		warnOpen(doc, "tls.key_file", t.key)
	}
	if _, err := c.acmeRoots(); err != nil {
		doc.fault("tls.acme.root_file", "cannot be used: %s", err)
	}
}

// warnOpen warns of a secret that everybody may read.
func warnOpen(doc *document, key, path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o004 != 0 {
		doc.warn(key, "everybody on this machine may read %s: take that right away with `chmod o-r %s`", path, path)
	}
}

// probeFile faults a file that could not be written, or made.
func (c *config) probeFile(doc *document, key, path string) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.probeFolder(doc, key, filepath.Dir(path))
	case err != nil:
		doc.fault(key, "cannot be reached: %s", err)
	case info.IsDir():
		doc.fault(key, "%s is a folder: name a file in it", path)
	case writable(path) != nil:
		doc.fault(key, "this user may not write %s: %s: give the user that the server runs as the right", path, writable(path))
	default:
		c.probeFolder(doc, key, filepath.Dir(path)) // the token stands beside it
	}
}

// probeFolder faults a folder in which nothing could be made, or that could not
// be made itself.
func (c *config) probeFolder(doc *document, key, path string) {
	at := path
	info, err := os.Stat(at)
	for errors.Is(err, fs.ErrNotExist) && at != filepath.Dir(at) {
		at = filepath.Dir(at)
		info, err = os.Stat(at)
	}
	switch {
	case err != nil:
		doc.fault(key, "the folder %s cannot be reached: %s", path, err)
	case !info.IsDir():
		doc.fault(key, "%s is no folder: name another, or move it away", at)
	default:
		if err := writable(at); err != nil {
			doc.fault(key, "this user may not write into the folder %s: %s: give the user that the server runs as the right", at, err)
		}
	}
}
