package main

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/feed/serve"
	"dateline/store"
)

// completeWait is how long a shell waits for what only the server knows.
const completeWait = time.Second

// completeValues lets shells complete what commands take: names of sources,
// articles of late, categories, files. What takes nothing is not completed with
// names of files.
func completeValues(root *cobra.Command) {
	for path, complete := range map[string]cobra.CompletionFunc{
		"publish": files, "article correct": first(articles(store.Usable, store.Held), files),
		"article show": first(articles()), "article log": first(articles()),
		"article hold": first(articles(store.Usable)), "article release": first(articles(store.Held)), "article kill": first(articles(store.Usable, store.Held)),
		"fetch": completeSources, "source fetch": completeSources, "source release": completeSources, "source test": first(completeSources),
		"source discover": nothing, "source import": first(files),
		"store backup": first(files), "store dump": first(files), "store load": first(files),
		"render": first(folders), "man": first(folders),
	} {
		if cmd, _, err := root.Find(strings.Fields(path)); err == nil {
			cmd.ValidArgsFunction = complete
		}
	}
	for _, cmd := range commandsOf(root) {
		if cmd.ValidArgsFunction == nil && !strings.Contains(cmd.Use, " ") {
			cmd.ValidArgsFunction = nothing
		}
		for flag, complete := range map[string]cobra.CompletionFunc{
			"category": completeCategories, "as": cobra.FixedCompletions([]string{"text", "html", "json"}, cobra.ShellCompDirectiveNoFileComp),
			"server": nothing, "note": nothing, "reason": nothing, "version": nothing, "limit": nothing, "after": nothing,
		} {
			if cmd.Flags().Lookup(flag) != nil {
				cmd.RegisterFlagCompletionFunc(flag, complete)
			}
		}
	}
	root.MarkPersistentFlagFilename("config", "yaml", "yml")
}

func nothing(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

func files(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func folders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// first completes each argument by the function at its place, and those behind
// not at all.
func first(each ...cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= len(each) {
			return nothing(cmd, args, begun)
		}
		return each[len(args)](cmd, args, begun)
	}
}

// completeSources are the sources that are not named yet: those of the
// configuration, and those that the server has from outlines.
func completeSources(cmd *cobra.Command, args []string, _ string) (list []cobra.Completion, _ cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completeWait)
	defer cancel()
	cmd.SetContext(ctx)
	c, _ := configOf(cmd) // what can be read of it
	for _, s := range c.Sources {
		list = append(list, cobra.CompletionWithDesc(s.Name, feed.Shown(s.URL)))
	}
	known, _ := knownSources(cmd)
	for _, s := range known {
		list = append(list, cobra.CompletionWithDesc(s.Name, inShort(s.Title)))
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(c cobra.Completion) bool {
		name, _, _ := strings.Cut(c, "\t")
		twice := seen[name] || slices.Contains(args, name)
		seen[name] = true
		return twice
	}), cobra.ShellCompDirectiveNoFileComp
}

func completeCategories(cmd *cobra.Command, _ []string, _ string) (list []cobra.Completion, _ cobra.ShellCompDirective) {
	c, _ := configOf(cmd)
	for _, category := range c.Categories {
		list = append(list, cobra.CompletionWithDesc(category.Slug, inShort(category.Title)))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// articles are the ids of the articles that were filed last, of these statuses
// or of all.
func articles(of ...store.Status) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) (list []cobra.Completion, _ cobra.ShellCompDirective) {
		const way = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		c, err := newClient(cmd)
		if err != nil {
			return nil, way
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completeWait)
		defer cancel()
		var found serve.Listing
		if err := c.get(ctx, "/api/v1/articles", url.Values{"all": {"true"}, "limit": {"50"}}, &found); err != nil {
			return nil, way
		}
		for _, a := range found.Articles {
			if len(of) == 0 || slices.Contains(of, a.Status) {
				list = append(list, cobra.CompletionWithDesc(string(a.ID), inShort(a.Headline)))
			}
		}
		return list, way
	}
}

// inShort is what a shell shows beside a value.
func inShort(text string) string { return clean.Excerpt(strings.Join(strings.Fields(text), " "), 60) }
