/// What people and programs were told, held against what there was to tell.
enum Tellings {
    /// Something that was told of a request: an event, or a notification.
    struct Telling: Hashable, Comparable, CustomStringConvertible {
        var request: String
        /// A word for what was told, with the kind of promise where there is one, and to whom where that is known beforehand.
        var what: String
        /// Which promise, or when: microseconds by the county's clock.
        var at: Int64

        var description: String { "\(what) of request \(request) (\(at))" }

        static func < (left: Telling, right: Telling) -> Bool {
            (left.request, left.what, left.at) < (right.request, right.what, right.at)
        }
    }

    /// Sentences about what should have been told and was not, was told twice, or was told for no reason.
    static func problems(_ invariant: String, expected: [Telling], told: [Telling]) -> [String] {
        let owed = Dictionary(expected.map { ($0, 1) }, uniquingKeysWith: +)
        let done = Dictionary(told.map { ($0, 1) }, uniquingKeysWith: +)
        return Set(owed.keys).union(done.keys).sorted().compactMap { telling in
            let (wanted, found) = (owed[telling] ?? 0, done[telling] ?? 0)
            return wanted == found ? nil : "\(invariant): \(telling) was told \(found) times instead of \(wanted)"
        }
    }
}
