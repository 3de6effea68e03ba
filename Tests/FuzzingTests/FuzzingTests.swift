import Testing

@testable import Fuzzing

struct FuzzingTests {
    /// A trap ends the tests: `Fuzzing DECODER COUNT SEED` repeats it alone.
    @Test(arguments: Decoder.allCases)
    func `Whatever its bytes are, they are read or refused`(_ decoder: Decoder) throws {
        for seed in 1...4 { try Fuzzing.run(decoder, count: 1_000, seed: UInt64(seed)) }
    }
}
