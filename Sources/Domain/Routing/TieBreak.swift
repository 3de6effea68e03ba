/// The lot that decides between equals: the same for the same request and cadre for ever, and fair over many requests.
enum TieBreak {
    /// The lower value wins.
    static func value(_ request: RequestID, _ cadre: Cadre.ID) -> UInt64 {
        let high = UInt64(truncatingIfNeeded: request.value >> 64)
        let low = UInt64(truncatingIfNeeded: request.value)
        return mixed(mixed(mixed(high) ^ low) ^ UInt64(UInt32(bitPattern: cadre.rawValue)))
    }

    /// The output function of SplitMix64 (Steele, Lea and Flood, 2014).
    private static func mixed(_ seed: UInt64) -> UInt64 {
        var z = seed &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A finalist with what ranks it: load, then lot, then (for the one in 2^64 case) the id.
struct RankedFinalist: Comparable {
    let finalist: Finalist
    let permille: Int32
    let lot: UInt64

    init(_ finalist: Finalist, for request: RequestID) {
        self.finalist = finalist
        permille = finalist.loadPermille
        lot = TieBreak.value(request, finalist.cadre)
    }

    static func < (left: RankedFinalist, right: RankedFinalist) -> Bool {
        (left.permille, left.lot, left.finalist.cadre) < (right.permille, right.lot, right.finalist.cadre)
    }

    static func == (left: RankedFinalist, right: RankedFinalist) -> Bool {
        left.finalist.cadre == right.finalist.cadre
    }
}
