//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What another user may not read or write is found, and nothing is made to
// find it out.
func TestCheckFindsWhatTheUserMayNot(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := write("config.yaml", `
site: {title: T, url: "https://news.example.com", publisher: {name: T}}
categories: [{slug: world, title: World}]
store: {path: data/dateline.db}
inbox: {path: closed/in}
tokens: [{name: a, token_file: a.token, may: [read]}]
`, 0o644)
	write("a.token", "0123456789abcdef", 0o000)
	for name, mode := range map[string]os.FileMode{"data": 0o755, "closed": 0o555} {
		if err := os.Mkdir(filepath.Join(folder, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("data/dateline.db", "", 0o444)
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copyOfProgram(t, folder), "config", "check", "--config", path)
	if os.Geteuid() == 0 { // who may do everything
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, _ := cmd.CombinedOutput()
	for _, want := range []string{
		"store.path this user may not write " + folder + "/data/dateline.db: permission denied",
		"inbox.path this user may not write into the folder " + folder + "/closed: permission denied",
		"tokens[0].token_file this user may not read " + folder + "/a.token",
		"has 3 faults",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(folder, "closed", "*")); len(found) > 0 {
		t.Errorf("it made %v", found)
	}
}

// copyOfProgram is the command where every user may run it.
func copyOfProgram(t *testing.T, folder string) string {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	path := filepath.Join(folder, "dateline")
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
