/// Something the harness itself needs did not work: nothing was found out about Tuesday.
struct HarnessFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
