/// Makes a failing run smaller: leaves out one part after the other for as long as it still fails.
enum Shrinking {
    /// - Parameters:
    ///   - count: how many parts there are.
    ///   - attempts: how often `fails` may be asked.
    ///   - fails: whether a run with these parts only fails. What fails by chance may not fail again: then the part stays.
    /// - Returns: the parts that are left, in order.
    static func shrink(_ count: Int, attempts: Int, fails: ([Int]) async -> Bool) async -> [Int] {
        var left = Array(0..<count)
        var attempts = attempts
        var position = 0
        while position < left.count, left.count > 1, attempts > 0 {
            var fewer = left
            fewer.remove(at: position)
            attempts -= 1
            if await fails(fewer) { left = fewer } else { position += 1 }
        }
        return left
    }
}
