package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"dateline/feed/wire"
	"dateline/store"
)

// samples are wire copy with which an empty store begins, the oldest first. A
// file NAME.correction.txt corrects NAME.txt. "{date}" and "{weekday}" stand
// for the day of the copy.
//
//go:embed samples/*.txt
var samples embed.FS

const (
	sampleApart    = 47 * time.Minute // between two samples
	sampleCorrects = 19 * time.Minute // from a sample to its correction
)

// filer is what fileSamples needs of a store.
type filer interface {
	File(context.Context, store.Filing) (store.Receipt, error)
}

// fileSamples files the samples, dated before now, through the same desk as
// everything else. The categories that the configuration does not have are
// left out.
func fileSamples(ctx context.Context, s filer, desk wire.Desk, now time.Time) error {
	names, err := fs.Glob(samples, "samples/*.txt")
	if err != nil {
		return err
	}
	const corrected = ".correction.txt"
	var originals, corrections []string
	for _, name := range names { // sorted
		if strings.HasSuffix(name, corrected) {
			corrections = append(corrections, name)
		} else {
			originals = append(originals, name)
		}
	}
	guids, dates := map[string]string{}, map[string]time.Time{}
	for i, name := range originals {
		date := now.Add(-time.Duration(len(originals)-i) * sampleApart)
		receipt, err := fileSample(ctx, s, desk, name, "", date, now)
		if err != nil {
			return err
		}
		guids[name], dates[name] = receipt.Article.GUID, date
	}
	for _, name := range corrections {
		original := strings.TrimSuffix(name, corrected) + ".txt"
		if guids[original] == "" { // left out
			continue
		}
		date := dates[original].Add(sampleCorrects)
		if _, err := fileSample(ctx, s, desk, name, guids[original], date, now); err != nil {
			return err
		}
	}
	return nil
}

// fileSample files one sample as of date; under the given GUID, unless that is
// empty.
func fileSample(ctx context.Context, s filer, desk wire.Desk, name, guid string, date, now time.Time) (store.Receipt, error) {
	text, err := samples.ReadFile(name)
	if err != nil {
		return store.Receipt{}, err
	}
	day := date.UTC()
	copy := strings.NewReplacer("{date}", day.Format("Jan 2"), "{weekday}", day.Format("Monday")).Replace(string(text))
	category, _, _ := strings.Cut(copy, "\n")
	if _, ok := desk.Slug(category); !ok {
		return store.Receipt{}, nil
	}
	a, err := desk.Read([]byte(copy), wire.Text, wire.Options{Now: date})
	if err != nil {
		return store.Receipt{}, fmt.Errorf("%s: %w", name, err)
	}
	if guid != "" {
		a.GUID = guid
	}
	a.Published, a.Updated = date, date
	return s.File(ctx, store.Filing{Article: a, Now: now, By: "samples"})
}
