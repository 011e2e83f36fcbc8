package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dateline/feed/serve"
	"dateline/feed/wire"
)

func publishCommand() *cobra.Command {
	var category, as string
	var asJSON, dryRun bool
	cmd := &cobra.Command{
		Use:   "publish FILE… | -",
		Short: "File wire copy, HTML, article JSON or ninjs with the running server",
		Long: `File wire copy, HTML pages, article JSON or ninjs with the running server, and
print the id, the address and the feeds of each, and what in it is in doubt.

A file is taken for HTML or JSON by the end of its name, or else by its first
character, and for wire copy otherwise. Filing the same file again changes
nothing.

With --dry-run nothing is filed, and no server is needed: it prints what each
line of the copy is taken for, what is in doubt and what to write so that it is
not, and then what would be filed, or what is wrong with it.`,
		Example: `  dateline publish ferry.txt
  dateline publish --dry-run ferry.txt`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			form := wire.Form(as)
			if as != "" && form != wire.Text && form != wire.HTML && form != wire.JSON {
				return wrongCall("--as %q: it must be text, html or json", as)
			}
			if dryRun {
				return explainFiles(cmd, files, form, category, asJSON)
			}
			c, err := newClient(cmd)
			if err != nil {
				return err
			}
			failed := false
			progress := newProgress(cmd.ErrOrStderr(), len(files), "files")
			for _, name := range files {
				receipt, err := publishFile(cmd, c, name, form, category)
				progress.clear()
				switch {
				case err != nil:
					failed = true
					fmt.Fprintf(cmd.ErrOrStderr(), "dateline: publish %s: %v\n", name, err)
				case asJSON:
					err = printJSON(cmd, receipt)
				default:
					err = printReceipt(cmd.OutOrStdout(), receipt)
				}
				if err != nil && !failed {
					return err
				}
				progress.add()
			}
			progress.clear()
			if failed {
				return errSaid
			}
			return nil
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&category, "category", "", "file under this `category`, whatever the copy says")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "file nothing; say what each line is taken for")
	cmd.Flags().StringVar(&as, "as", "", "take every file for text, html or json")
	return cmd
}

// publishFile files one file, or standard input for "-".
func publishFile(cmd *cobra.Command, c *client, name string, form wire.Form, category string) (receipt serve.Receipt, err error) {
	data, form, err := readCopy(cmd, name, form)
	if err != nil {
		return receipt, err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s\n%s", form, category, data))
	path, header := "/api/v1/articles", http.Header{}
	if form == wire.JSON && isNinjs(data) {
		path = "/api/v1/ninjs"
	}
	header.Set("Content-Type", form.MediaType())
	header.Set("Idempotency-Key", hex.EncodeToString(sum[:]))
	query := url.Values{}
	if category != "" {
		query.Set("category", category)
	}
	err = c.post(cmd.Context(), path, query, header, data, &receipt)
	return receipt, err
}

// formOf is the form of a file by its name, or else by what it begins with.
func formOf(name string, data []byte) wire.Form {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".html", ".htm", ".xhtml":
		return wire.HTML
	case ".json":
		return wire.JSON
	case ".txt":
		return wire.Text
	}
	switch start := bytes.TrimLeft(data, "\ufeff \t\r\n"); {
	case bytes.HasPrefix(start, []byte("<")):
		return wire.HTML
	case bytes.HasPrefix(start, []byte("{")):
		return wire.JSON
	}
	return wire.Text
}

func printReceipt(w io.Writer, r serve.Receipt) error {
	var b strings.Builder
	switch r.Outcome {
	case "repeated":
		fmt.Fprintf(&b, "%s was filed before and is unchanged, version %d\n", r.ID, r.Version)
	default:
		fmt.Fprintf(&b, "%s %s, version %d\n", r.ID, r.Outcome, r.Version)
	}
	fmt.Fprintf(&b, "  %s\n", r.URL)
	if !r.Embargo.IsZero() {
		fmt.Fprintf(&b, "  under embargo until %s, and in no feed before\n", r.Embargo.Format("2006-01-02 15:04 MST"))
	}
	for _, f := range r.Feeds {
		fmt.Fprintf(&b, "  in %s\n", f)
	}
	for _, f := range r.Doubts {
		fmt.Fprintf(&b, "  ? line %d, taken for %s: %s\n", f.Line, f.Field, f.Doubt)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
