package main

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90d": 90 * 24 * time.Hour, "1d12h": 36 * time.Hour, "0d": 0, "24h": 24 * time.Hour, "1m30s": 90 * time.Second, "0": 0,
		"99999d23h59m": 99999*24*time.Hour + 23*time.Hour + 59*time.Minute,
	} {
		if got, err := parseDuration(text); got != want || err != nil {
			t.Errorf("%s is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "90", "90 d", "-1d", "1d-5h", "1d5", "1d24h", "1.5d", "1d1d", "90D", "100000d", "2w"} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q is taken, for %s", text, got)
		}
	}
}
