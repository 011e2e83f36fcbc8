package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// called is how one call of the command ended.
type called struct {
	code           int
	stdout, stderr string
}

func call(t *testing.T, args ...string) called {
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	return called{code, stdout.String(), stderr.String()}
}

// everyCommand are all commands that people call.
func everyCommand() []*cobra.Command {
	root := rootCommand()
	root.InitDefaultCompletionCmd()
	return commandsOf(root)
}

func isCompletion(cmd *cobra.Command) bool {
	return strings.HasPrefix(cmd.CommandPath(), "dateline completion") // of the library
}

// wantUsage fails when a wrong call is not told in one line that says what to
// do, with the exit status of wrong calls.
func wantUsage(t *testing.T, args ...string) {
	t.Helper()
	c := call(t, args...)
	if c.code != exitUsage || c.stdout != "" || strings.Count(c.stderr, "\n") != 1 || strings.Contains(c.stderr, "Usage:") ||
		!regexp.MustCompile("^dateline: .+: see `dateline[a-z ]* --help`\n$").MatchString(c.stderr) {
		t.Errorf("%q: status %d\n%s%s", args, c.code, c.stdout, c.stderr)
	}
}

func TestWrongCalls(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, cmd := range everyCommand() {
		path := strings.Fields(cmd.CommandPath())[1:]
		with := func(more ...string) []string { return slices.Concat(path, more) }
		wantUsage(t, with("--no-such-flag")...)
		wantUsage(t, with("--json=perhaps")...)
		if cmd.HasSubCommands() {
			wantUsage(t, with("no-such-command")...)
			continue
		}
		if !strings.Contains(cmd.Use, "…") {
			wantUsage(t, with("a", "b", "c")...)
		}
		if takes := strings.Fields(cmd.Use)[1:]; len(takes) > 0 && !strings.HasPrefix(takes[0], "[") {
			wantUsage(t, path...)
		}
	}
	for _, args := range [][]string{
		{"publish", "--as", "word", "x"}, {"publish", "--dry-run", "--as", "word", "x"},
		{"publish", "--server", "https://news.example.com", "x"}, {"article", "list", "--server", "news", "--token-file", "x"},
		{"article", "list", "--limit", "0"}, {"article", "list", "--limit", "501"}, {"article", "list", "--limit", "many"},
		{"article", "correct", "x", "y", "--quiet", "--note", "z"}, {"article", "correct", "x", "y", "--version", "-1"},
		{"article", "kill", "x"}, {"article", "hold", "x"}, {"article", "release", "x"},
		{"publish", "--category"}, {"-x"}, {"--config"},
	} {
		wantUsage(t, args...)
	}
}

// What is wrong is named, and what is near to it.
func TestWrongCallsSayWhatToDo(t *testing.T) {
	t.Chdir(t.TempDir())
	for call1, want := range map[string]string{
		"sevre":                    `unknown command "sevre" for "dateline": did you mean "serve"?`,
		"config dif":               `unknown command "dif" for "dateline config": did you mean "diff"?`,
		"article list --categry x": `unknown flag: --categry: did you mean "--category"?`,
		"article kill x":           "--reason is missing",
		"render":                   "this is called as `dateline render DIR`",
		"serve now":                "this is called as `dateline serve`",
		"article list --limit 900": "--limit 900: it must be from 1 to 500",
	} {
		if c := call(t, strings.Fields(call1)...); !strings.Contains(c.stderr, want) {
			t.Errorf("%s: %s, want %s", call1, c.stderr, want)
		}
	}
}

var exampleCall = regexp.MustCompile(`dateline( [a-z]+)*((?: --?[a-z-]+| [^-|&>\n]+)*)`)

// Every command says what it is for, with an example that can be called, and
// prints its result as JSON when asked.
func TestCommandsExplainThemselves(t *testing.T) {
	noResult := []string{"serve", "store dump", "man"} // a server; a document
	for _, cmd := range everyCommand() {
		path := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "dateline"), " ")
		c := call(t, append(strings.Fields(path), "--help")...)
		if c.code != exitDone || c.stderr != "" || !strings.Contains(c.stdout, "Usage:\n  dateline") {
			t.Errorf("%s --help: %+v", path, c)
		}
		if isCompletion(cmd) {
			continue
		}
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: its short text is %q", path, cmd.Short)
		}
		if cmd.HasSubCommands() {
			continue
		}
		if cmd.Flags().Lookup("json") == nil && !slices.Contains(noResult, path) {
			t.Errorf("%s has no --json", path)
		}
		if !strings.Contains(cmd.Example, cmd.CommandPath()) {
			t.Errorf("%s: its example is %q", path, cmd.Example)
		}
		for _, m := range exampleCall.FindAllString(cmd.Example, -1) {
			found, rest, err := cmd.Root().Find(strings.Fields(m)[1:])
			if err != nil {
				t.Errorf("%s: its example cannot be called: %v", path, err)
				continue
			}
			for _, word := range rest {
				name, ok := strings.CutPrefix(word, "--")
				if ok && !slices.Contains(flagsOf(found), name) {
					t.Errorf("%s: its example has --%s, which there is not", path, name)
				}
			}
		}
	}
}

func TestManualPages(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "man")
	if c := call(t, "man", folder); c.code != exitDone || !strings.Contains(c.stdout, "pages: read them with `man -l") {
		t.Fatalf("%+v", c)
	}
	pages, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	commands := everyCommand()
	if len(pages) != len(commands) {
		t.Errorf("%d pages of %d commands", len(pages), len(commands))
	}
	man, _ := exec.LookPath("man")
	for _, cmd := range commands {
		path := filepath.Join(folder, pageName(cmd)+".1")
		text := readText(t, path)
		for _, name := range flagsOf(cmd) {
			if !strings.Contains(text, `\-\-`+strings.ReplaceAll(name, "-", `\-`)) {
				t.Errorf("%s does not tell of --%s", path, name)
			}
		}
		for _, c := range cmd.Commands() {
			if !c.Hidden && !strings.Contains(text, roffWord(pageName(c))) {
				t.Errorf("%s does not tell of %s", path, c.Name())
			}
		}
		if man == "" {
			continue
		}
		render := exec.Command(man, "--warnings=w", "-l", path)
		render.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MANWIDTH=80", "MANPAGER=cat")
		var warned bytes.Buffer
		render.Stderr = &warned
		out, err := render.Output()
		if err != nil || warned.Len() > 0 {
			t.Errorf("man -l %s: %v\n%s", path, err, warned.String())
		}
		if !strings.Contains(string(out), "EXIT STATUS") || !strings.Contains(string(out), strings.Fields(cmd.Short)[0]) {
			t.Errorf("man shows of %s\n%s", path, out)
		}
	}
	if man == "" {
		t.Skip("there is no man, which would show them: apt-get install man-db groff-base")
	}
}

// No character of a text is taken for a command of the page.
func TestRoff(t *testing.T) {
	for text, want := range map[string]string{
		".hidden": `\&.hidden`, `a\b`: `a\eb`, "'tis": `\(aqtis`, "--x": `\-\-x`, "`y` ~ ^": `\(gay\(ga \(ti \(ha`,
	} {
		if got := roff(text); got != want {
			t.Errorf("roff(%q) = %q, want %q", text, got, want)
		}
	}
}

// Everything that is called with a value has completion for it, and nothing
// else is completed with names of files.
func TestEveryArgumentIsCompleted(t *testing.T) {
	for _, cmd := range everyCommand() {
		if !isCompletion(cmd) && cmd.ValidArgsFunction == nil {
			t.Errorf("%s takes arguments, and completeValues does not know them", cmd.CommandPath())
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		c := call(t, "completion", shell)
		if c.code != exitDone || !strings.Contains(c.stdout, "__complete") {
			t.Errorf("completion %s: status %d, %d bytes", shell, c.code, len(c.stdout))
		}
		if program, err := exec.LookPath(shell); err == nil {
			check := exec.Command(program, "-n")
			check.Stdin = strings.NewReader(c.stdout)
			if out, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s cannot read it: %v\n%s", shell, err, out)
			}
		}
	}
}
