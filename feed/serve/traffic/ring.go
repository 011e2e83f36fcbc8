package traffic

// ring counts by hours, of which it keeps a day: this one and those before.
type ring[N uint32 | uint64] struct {
	hour int64 // of the last count
	of   [24]N // by the hour, modulo
}

func (r *ring[N]) add(hour int64, n N) {
	r.turn(hour)
	r.of[hour%24] += n
}

// sum is all of the day that ends with hour.
func (r *ring[N]) sum(hour int64) (n N) {
	r.turn(hour)
	for _, m := range r.of {
		n += m
	}
	return n
}

// turn forgets what is a day old. A clock that was put back counts on, but not by
// a day or more.
func (r *ring[N]) turn(hour int64) {
	if d := hour - r.hour; d >= 24 || d <= -24 {
		clear(r.of[:])
		r.hour = hour
	}
	for ; r.hour < hour; r.hour++ {
		r.of[(r.hour+1)%24] = 0
	}
}
