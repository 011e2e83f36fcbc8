//go:build race

package poll

func init() { raced = true }
