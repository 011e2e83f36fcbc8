//go:build !linux

package main

import (
	"errors"
	"os"
)

// arrivals knows nothing here.
type arrivals struct{}

func watchArrivals(string) (*arrivals, error) { return nil, errors.ErrUnsupported }

func (*arrivals) of(string) hint          { return noHint }
func (*arrivals) forget(string)           {}
func (*arrivals) landed() <-chan struct{} { return nil }
func (*arrivals) over() bool              { return true }
func (*arrivals) close()                  {}

// writersOf cannot tell here.
func writersOf(*os.File) writers { return unknown }
