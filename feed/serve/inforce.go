package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"dateline/store"
)

// InForce answers a request for the configuration in force. Client code reads
// it too.
type InForce struct {
	Config     map[string]any `json:"config"`            // by the keys of the file; in place of each secret a mark
	Since      time.Time      `json:"since"`             // it is in force
	Fault      string         `json:"fault,omitempty"`   // why the file was refused when it was looked at last
	FaultAt    time.Time      `json:"fault_at,omitzero"` // when that was
	Categories map[string]int `json:"categories"`        // public articles in each
	Sources    map[string]int `json:"sources"`           // public articles of each
	Goes       int            `json:"goes,omitempty"`    // articles, within a day, under the retention that is asked about
}

// Retention is one to ask about, for its effect.
type Retention struct {
	Default Keep            `json:"default"`
	Of      map[string]Keep `json:"of"` // by category, or "source/NAME"
}

// Keep is store.Keep with its age as text, such as "720h".
type Keep struct {
	Age    string `json:"age"`
	Number int    `json:"number"`
}

// NewRetention is the part of r that is about articles.
func NewRetention(r store.Retention) Retention {
	out := Retention{keepOf(r.Default), map[string]Keep{}}
	for name, k := range r.Of {
		out.Of[name] = keepOf(k)
	}
	return out
}

func keepOf(k store.Keep) Keep { return Keep{k.Age.String(), k.Number} }

// showConfig answers with the configuration in force.
func (s *Server) showConfig(w http.ResponseWriter, r *http.Request) error {
	token, _ := r.Context().Value(tokenKey{}).(Token)
	found, err := s.InForce(r.Context(), token.Secret)
	if err != nil {
		return err
	}
	if text := r.URL.Query().Get("retention"); r.URL.Query().Has("retention") {
		retention, err := parseRetention(text)
		if err != nil {
			return err
		}
		if found.Goes, err = GoesWithinADay(r.Context(), s.Store, retention, s.Now()); err != nil {
			return err
		}
	}
	return writeJSON(w, http.StatusOK, "application/json", found)
}

// GoesWithinADay is how many articles a retention lets go of until tomorrow, when
// what changed today may go, and an hour later, when it does.
func GoesWithinADay(ctx context.Context, s interface {
	Expungeable(context.Context, store.Retention, time.Time) (int, error)
}, r store.Retention, now time.Time) (int, error) {
	return s.Expungeable(ctx, r, now.Add(store.Lately+time.Hour))
}

func parseRetention(text string) (r store.Retention, err error) {
	const example = `{"default":{"age":"720h","number":0},"of":{"sport":{"age":"0s","number":500}}}`
	var asked Retention
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&asked); err != nil || d.More() {
		return r, fmt.Errorf("%w: retention must be JSON such as %s", errBadRequest, example)
	}
	keep := func(k Keep) (out store.Keep) {
		age, e := time.ParseDuration(k.Age)
		if e != nil || age < 0 || k.Number < 0 {
			err = fmt.Errorf("%w: retention must be ages and numbers such as %s", errBadRequest, example)
		}
		return store.Keep{Age: age, Number: k.Number}
	}
	r = store.Retention{Default: keep(asked.Default), Of: map[string]store.Keep{}}
	for name, k := range asked.Of {
		r.Of[name] = keep(k)
	}
	return r, err
}
