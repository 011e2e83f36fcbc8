package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

// difference is what `config diff --json` prints.
type difference struct {
	File     string    `json:"file"`
	With     string    `json:"compared_with"`           // server, or store
	Server   string    `json:"server,omitempty"`        // its address
	Since    time.Time `json:"in_force_since,omitzero"` // in the server
	Fault    string    `json:"fault,omitempty"`         // why the server refused its file when it looked at it last
	FaultAt  time.Time `json:"fault_at,omitzero"`
	Warnings []fault   `json:"warnings"`
	Changes  []change  `json:"changes"`
	Goes     int       `json:"goes,omitempty"` // articles, for good, within a day, by the retention
}

func configDiffCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Say what taking up the configuration would change",
		Long: `Compare the configuration file with the configuration in force in the running
server, and say what a reload would change before it is done: sources, feeds and
tokens that come, go or change, what becomes of categories and how many articles
they have, how many articles a retention lets go of, and what needs a restart.
Where no server runs, it is compared with what the store knows: the sources it has
asked, and the categories that have articles. Nothing is changed.

A server takes up its own file as soon as it is written: write the new one beside
it, compare that, and put it into its place.`,
		Example: `  dateline config diff --config next.yaml && mv next.yaml config.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, _ := cmd.Flags().GetString("config")
			c, doc := readConfig(path)
			if c.probe(&doc); doc.err() != nil {
				return doc.err()
			}
			d, err := diffConfig(cmd, c)
			if err != nil {
				return fmt.Errorf("compare %s: %w", path, err)
			}
			d.File, d.Warnings = path, append([]fault{}, inOrder(doc.warnings)...)
			d.Changes = append([]change{}, d.Changes...)
			if asJSON {
				return printJSON(cmd, d)
			}
			return printDifference(cmd.OutOrStdout(), d)
		},
	}
	clientFlags(cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// diffConfig compares a configuration with what is in force, or else with what
// the store knows.
func diffConfig(cmd *cobra.Command, c config) (difference, error) {
	if !cmd.Flags().Changed("server") {
		s, err := bolt.Open(c.storePath(), bolt.Options{ReadOnly: true, LockWait: 100 * time.Millisecond})
		if err == nil {
			defer s.Close()
		}
		if shown, unready := c.askReady(cmd.Context()); unready == nil && !errors.Is(err, bolt.ErrHeld) {
			return difference{}, fmt.Errorf("the server at %s has another store than %s: to compare with what is in force there, say --server URL and --token-file with the token beside its store", shown, c.storePath())
		}
		switch {
		case err == nil:
			return diffWithStore(cmd.Context(), c, s)
		case errors.Is(err, fs.ErrNotExist):
			return difference{With: "store", Changes: changesOf(c.knownTo(nil, store.Stats{}), c, counts{}, marked(""), marked(""))}, nil
		case !errors.Is(err, bolt.ErrHeld):
			return difference{}, err
		}
	}
	asked, err := newClient(cmd)
	if err != nil {
		return difference{}, err
	}
	d, err := diffWithServer(cmd.Context(), c, asked)
	if errors.Is(err, errNoServer) && !cmd.Flags().Changed("server") {
		return d, fmt.Errorf("a server holds the store, and none answers at %s: if `listen` is to change, name where it listens now with --server URL --token-file %s", asked.server, asked.tokenFile)
	}
	return d, err
}

// diffWithServer compares with the configuration in force in a server.
func diffWithServer(ctx context.Context, c config, asked *client) (d difference, err error) {
	var found serve.InForce
	retention, err := json.Marshal(serve.NewRetention(c.retention()))
	if err != nil {
		return d, err
	}
	if err := asked.get(ctx, "/api/v1/config", url.Values{"retention": {string(retention)}}, &found); err != nil {
		return d, err
	}
	text, err := json.Marshal(found.Config)
	if err != nil {
		return d, err
	}
	before, doc := config{}, document{path: asked.server}
	if doc.decode(text, &before); doc.err() != nil {
		return d, fmt.Errorf("the server at %s is of another version than this command: restart it", asked.server)
	}
	d = difference{With: "server", Server: asked.server, Since: found.Since, Fault: found.Fault, FaultAt: found.FaultAt}
	d.Changes = changesOf(before, c, counts{found.Categories, found.Sources}, plain, marked(asked.secret))
	if !reflect.DeepEqual(before.retention(), c.retention()) {
		d.Goes = found.Goes
	}
	return d, nil
}

// inForce is what a server answers to that.
func (l *live) inForce(ctx context.Context, secret string) (serve.InForce, error) {
	stats, err := l.store.Stats(ctx)
	if err != nil {
		return serve.InForce{}, err
	}
	l.taking.Lock()
	c, since := l.config, l.since
	l.taking.Unlock()
	found := serve.InForce{
		Config: treeOf(c, marked(secret)).(map[string]any), Since: since,
		Categories: stats.ByCategory, Sources: stats.BySource,
	}
	found.Fault, found.FaultAt = l.Fault()
	return found, nil
}

// markPrefix begins what stands in place of a secret.
const markPrefix = "hidden-"

// marked makes marks of secrets, by which they can be compared and not found
// out: each fits many, and only who has the token of the request can make them.
func marked(token string) func(string) string {
	return func(secret string) string {
		h := hmac.New(sha256.New, []byte(token))
		h.Write([]byte(secret))
		return markPrefix + hex.EncodeToString(h.Sum(nil)[:2])
	}
}

// diffWithStore compares with what a store knows.
func diffWithStore(ctx context.Context, c config, s *bolt.Store) (d difference, err error) {
	stats, err := s.Stats(ctx)
	if err != nil {
		return d, err
	}
	known, err := s.Schedule(ctx)
	if err != nil {
		return d, err
	}
	before := c.knownTo(known, stats)
	d = difference{With: "store", Changes: changesOf(before, c, counts{stats.ByCategory, stats.BySource}, marked(""), marked(""))}
	d.Goes, err = serve.GoesWithinADay(ctx, s, c.retention(), time.Now())
	return d, err
}

// knownTo is the configuration with the sources that a store knows and the
// categories that have articles there, in place of its own; of what is in both,
// the store knows the addresses alone.
func (c config) knownTo(known []store.Source, stats store.Stats) config {
	before := c
	before.Sources, before.Outlines = nil, nil
	outlines := map[string]string{} // as they are written, by the address
	for _, address := range c.Outlines {
		outlines[c.outline(address).Address] = address
	}
	for _, s := range known {
		if s.Outline != "" {
			continue // an outline answers for it
		}
		if address, ok := outlines[s.Name]; ok || strings.ContainsRune(s.Name, '/') {
			if !ok {
				address = s.Name
			}
			before.Outlines = append(before.Outlines, address)
			continue
		}
		source := sourceConfig{Name: s.Name}
		if i := slices.IndexFunc(c.Sources, func(other sourceConfig) bool { return other.Name == s.Name }); i >= 0 {
			source = c.Sources[i]
		}
		source.URL = s.Configured
		before.Sources = append(before.Sources, source)
	}
	before.Categories = slices.Clone(c.Categories)
	for _, slug := range slices.Sorted(maps.Keys(stats.ByCategory)) {
		if stats.ByCategory[slug] > 0 && !slices.Contains(c.slugs(), slug) {
			before.Categories = append(before.Categories, categoryConfig{Slug: slug})
		}
	}
	return before
}

// printDifference says it in words.
func printDifference(w io.Writer, d difference) error {
	ink := inkOf(w)
	if d.With == "server" {
		fmt.Fprintf(w, "compared with what is in force at %s since %s\n", d.Server, d.Since.Local().Format(time.DateTime))
	} else {
		fmt.Fprintf(w, "no server runs: compared with what the store knows of sources and categories\n")
	}
	if d.Fault != "" {
		fmt.Fprintf(w, "%s at %s, and is not in force:\n", ink.bad("the server refused its file"), d.FaultAt.Local().Format(time.DateTime))
		for line := range strings.Lines(d.Fault) {
			fmt.Fprintf(w, "  %s\n", strings.TrimSpace(line))
		}
	}
	if n := len(d.Warnings); n > 0 {
		fmt.Fprintf(w, "%s: see `dateline config check`\n", ink.odd(counted(n, "warning")))
	}
	if d.Goes > 0 {
		fmt.Fprintf(w, "%s %s within a day, for good: they are older, or more, than `retention` keeps\n", ink.bad("let go  "), counted(d.Goes, "article"))
	}
	if len(d.Changes) == 0 && d.Goes > 0 {
		return nil
	} else if len(d.Changes) == 0 {
		_, err := fmt.Fprintln(w, "taking it up changes nothing")
		return err
	}
	var lines strings.Builder
	table := tabwriter.NewWriter(&lines, 0, 0, 2, ' ', 0)
	for _, c := range d.Changes {
		fmt.Fprintf(table, "%s\t%s\n", strings.TrimSpace(c.What+" "+c.Name), c.details())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i, line := range strings.Split(strings.TrimSuffix(lines.String(), "\n"), "\n") {
		if _, err := fmt.Fprintf(w, "%s %s\n", d.Changes[i].sign(ink), strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	return nil
}

// sign is what happens, in the colour of its weight.
func (c change) sign(ink ink) string {
	switch {
	case c.Restart:
		return ink.odd("restart ")
	case c.Act == "added":
		return ink.good("added   ")
	case c.Act == "removed" || c.Act == "vanishes":
		return ink.bad(fmt.Sprintf("%-8s", c.Act))
	}
	return ink.odd(fmt.Sprintf("%-8s", c.Act))
}

// details are the rest of a change, in words.
func (c change) details() string {
	var parts []string
	if c.To != "" {
		parts = append(parts, "to "+c.To)
	}
	if c.Articles > 0 || c.What == "category" && c.Act != "added" && c.Act != "changed" {
		parts = append(parts, counted(c.Articles, "article"))
	}
	for _, k := range c.Keys {
		key := k.Key + " "
		if c.What == "key" {
			key = ""
		}
		from, to := told(k.From), told(k.To)
		switch {
		case strings.Contains(from, markPrefix) || strings.Contains(to, markPrefix):
			parts = append(parts, key+"another secret")
		default:
			parts = append(parts, fmt.Sprintf("%sfrom %s to %s", key, from, to))
		}
	}
	switch {
	case c.Restart:
		parts = append(parts, "needs a restart, and is not taken up before")
	case c.Act == "removed" && c.What == "source" && c.Articles > 0:
		parts = append(parts, "which stay")
	}
	if c.Note != "" {
		parts = append(parts, c.Note)
	}
	return strings.Join(parts, "; ")
}

// told is a value in words.
func told(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		if v == "" {
			return "nothing"
		}
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
