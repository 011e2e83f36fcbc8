package main

import "testing"

func TestAddressesThatCollide(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"127.0.0.1:80", "127.0.0.1:80", true},
		{"127.0.0.1:80", "127.0.0.1:http", true},
		{"localhost:80", "127.0.0.1:80", true},
		{":80", "127.0.0.1:80", true},
		{"127.0.0.1:80", "0.0.0.0:80", true},
		{"[::]:80", "10.0.0.1:80", true},
		{"127.0.0.1:80", "127.0.0.1:81", false},
		{"127.0.0.1:80", "10.0.0.1:80", false},
		{"127.0.0.1:0", "127.0.0.1:0", false}, // the system chooses
		{"nonsense", "nonsense", false},       // is a fault of its own
		{"unix:run/a", "unix:run/a?mode=0666", true},
		{"unix:run/a", "unix:run/../run/a", true},
		{"unix:run/a", "unix:run/b", false},
		{"unix:", "unix:", false},
		{"unix:80", ":80", false},
	} {
		if collide(tc.a, tc.b) != tc.want || collide(tc.b, tc.a) != tc.want {
			t.Errorf("%s and %s: %t is wrong", tc.a, tc.b, !tc.want)
		}
	}
}
