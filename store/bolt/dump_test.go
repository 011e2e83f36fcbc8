package bolt

import (
	"bytes"
	"slices"
	"testing"
)

// A bucket that is added is dumped, or follows from what is.
func TestEveryBucketIsDumpedOrFollows(t *testing.T) {
	dumped := [][]byte{bucketMeta, bucketRules, bucketListings, bucketSources, bucketArticles, bucketLog, bucketKeys, bucketGone}
	follows := append(slices.Clone(indexes), bucketPolls, bucketGoneNames)
	for _, name := range buckets {
		is := func(other []byte) bool { return bytes.Equal(name, other) }
		if slices.ContainsFunc(dumped, is) == slices.ContainsFunc(follows, is) {
			t.Errorf("bucket %s: does Dump write it, or does it follow from the others?", name)
		}
	}
}
