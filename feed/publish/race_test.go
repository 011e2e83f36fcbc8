//go:build race

package publish_test

func init() { raced = true }
