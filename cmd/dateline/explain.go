package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed/clean"
	"dateline/feed/render"
	"dateline/feed/wire"
	"dateline/store"
)

// explanation is what filing a file would come to, as --json prints it.
type explanation struct {
	File    string         `json:"file"`
	Finds   []wire.Find    `json:"finds"`
	Faults  []copyFault    `json:"faults"`
	Article *store.Article `json:"article,omitempty"` // that would be filed; missing when there are faults
}

// copyFault is one thing wrong with the copy.
type copyFault struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// explainFiles says for every file what would be filed, with the categories
// of the configuration and nothing else.
func explainFiles(cmd *cobra.Command, files []string, form wire.Form, category string, asJSON bool) error {
	c, err := configOf(cmd)
	if err != nil {
		return err
	}
	failed := false
	for i, name := range files {
		data, form, err := readCopy(cmd, name, form)
		if err != nil {
			failed = true
			fmt.Fprintf(cmd.ErrOrStderr(), "dateline: publish %s: %v\n", name, err)
			continue
		}
		r, err := readAs(c.desk(), data, form, wire.Options{Category: category, Now: time.Now()})
		failed = failed || err != nil
		if asJSON {
			err = printJSON(cmd, explanationOf(name, r, err))
		} else {
			if i > 0 {
				fmt.Fprintln(cmd.OutOrStdout())
			}
			err = printReading(cmd, name, r, err)
		}
		if err != nil {
			return err
		}
	}
	if failed {
		return errSaid
	}
	return nil
}

// readAs is what the server would make of a file.
func readAs(desk wire.Desk, data []byte, form wire.Form, o wire.Options) (wire.Reading, error) {
	if form == wire.JSON && isNinjs(data) {
		item, err := desk.ReadItem(data, o)
		return wire.Reading{Article: item.Article}, err
	}
	return desk.Explain(data, form, o)
}

func explanationOf(name string, r wire.Reading, err error) explanation {
	e := explanation{File: name, Finds: r.Finds, Faults: []copyFault{}}
	if e.Finds == nil {
		e.Finds = []wire.Find{}
	}
	var invalid *store.Invalid
	if errors.As(err, &invalid) {
		for _, f := range invalid.Faults {
			e.Faults = append(e.Faults, copyFault(f))
		}
		return e
	}
	e.Article = &r.Article
	return e
}

// printReading prints the finds, and then what would be filed; what is wrong
// goes where errors go.
func printReading(cmd *cobra.Command, name string, r wire.Reading, err error) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", name)
	for _, f := range r.Finds {
		line := "-"
		if f.Line > 0 {
			line = fmt.Sprint(f.Line)
		}
		fmt.Fprintf(&b, "%5s  %-16s %s\n", line, f.Field, clean.Excerpt(f.Text, 90))
		if f.Doubt != "" {
			fmt.Fprintf(&b, "       ? %s\n", f.Doubt)
		}
	}
	if err == nil {
		writeSummary(&b, r.Article)
	}
	if _, err := io.WriteString(cmd.OutOrStdout(), b.String()); err != nil {
		return err
	}
	if err != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "dateline: publish %s: %v\n", name, err)
	}
	return nil
}

// writeSummary says in a few lines what article would be filed.
func writeSummary(b *strings.Builder, a store.Article) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "  %-12s %s\n", name, value)
		}
	}
	body := clean.Plain(a.Body)
	b.WriteString("would be filed:\n")
	line("headline", a.Headline)
	line("categories", strings.Join(a.Categories, ", "))
	line("dateline", render.DatelineText(a.Dateline))
	line("date", a.Dateline.Date)
	line("summary", a.Summary)
	line("body", fmt.Sprintf("%d paragraphs, %d words", len(strings.Split(body, "\n\n")), len(strings.Fields(body))))
	line("credit", render.CreditText(a.Credit))
	line("correction", a.CorrectionNote)
	line("editor note", a.EditorNote)
	if !a.Embargo.IsZero() {
		line("embargo", a.Embargo.UTC().Format("2006-01-02 15:04 MST"))
	}
}
