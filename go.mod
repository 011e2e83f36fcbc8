module dateline

go 1.26.8

require (
	github.com/klauspost/compress v1.20.3
	go.etcd.io/bbolt v1.5.0
)

require golang.org/x/sys v0.45.0 // indirect
