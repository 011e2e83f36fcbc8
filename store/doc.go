// Package store is the domain: what an article is, the rules it keeps, and
// the guarantees that every engine gives to whoever reads and files. It uses
// the standard library only and does no I/O; store/bolt is the embedded
// engine, store/storetest the guarantees as a test suite.
//
// # What every engine guarantees
//
// Atomicity. Every method that writes is one transaction: the article, all
// its indexes, the state of the listings and one line of the change log, or
// nothing. A refused write leaves no trace. An acknowledged write survives the
// death of the process and of the machine, and the next read sees it: at once
// in the process that wrote, within a second on another machine.
//
// Identity. An ID and a GUID name one article, for as long as it is known of.
// Filing a GUID that is there already makes the next version of that article, or
// nothing when the content is the same; it never makes a second one. The same
// idempotency key answers with the article of its first use, for as long as keys
// are kept. A killed article stays killed, and neither its ID nor its GUID ever
// names another.
//
// Dates. Published is set once and never changes. Nothing public is dated
// later than the moment it was filed. Updated moves forward only.
//
// Order. A listing runs from the newest Published to the oldest; articles of
// one instant run from the greater ID to the smaller. A walk by cursor meets
// every article that is in the listing from its beginning to its end exactly
// once, whatever is filed in between.
//
// Visibility. Only public articles (Article.Public) stand in listings. An
// embargo or an expiry takes effect when Advance is called with a later time,
// never by reading: the same store gives the same answers.
//
// Listings. Everything public, each category and each source has a listing,
// which knows how many articles it holds and when it last changed, removals
// included. An engine accepts any category slug; which of them are published
// is configuration. So are combinations: listings that are made of those of
// categories by a rule. They are told to the store by Declare, which keeps
// them, and know when they last changed too.
//
// Places. When an article first becomes public in the listing of a category or
// a source, it gets the next place there: 1, 2, 3, without gaps. It keeps it through correction,
// withdrawal, departure and return, and none is given twice. Archives are cut
// by places, so that what is filed late moves nothing that was closed.
//
// Retention. Expunge lets go of articles by age and number, and nothing else
// does. What went is known of for as long as a source has it, and GoneFor beyond
// that: until then no source brings it back, under whatever ID, and neither its
// ID nor its GUID names another; see Remains. The archives keep their numbers and
// what is left of them. The log tells of what went, and may leave that out later:
// then its numbers have gaps, up to Stats.Trimmed. An article that is there has its
// own log whole, up to MaxLines.
//
// Neighbours. An article keeps the articles that Relate calls near to it;
// readers are given those of them that they may see. When one of these is
// withdrawn, comes back, or gets another headline, its line in the change log
// names the listings of those that lead to it too.
//
// Change log. Every write appends exactly one line for each article it
// changes, and a declaration that changes combinations one line for all of
// them. Sequence numbers start at 1 and have no other gaps; times strictly
// increase, by a microsecond at least, even when the clock does not. A line
// names the listings it changed, so that whoever follows the log knows what to
// look at again. A write that changes nothing appends nothing.
//
// Time. An engine has no clock: the caller says what time it is. Times are
// kept to the microsecond, in UTC.
package store
