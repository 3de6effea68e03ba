import Glibc
import TestSupport

/// The operators' tool.
extension Installation {
    /// Runs a verb of it to its end, and returns what it said.
    func tuesday(_ arguments: [String]) async throws -> String {
        try await Programs.run("tuesday", arguments, environment: toolEnvironment)
    }

    /// Runs a verb that is killed when it comes by a site.
    ///
    /// - Returns: whether it died there; it may not come by, or fail before.
    func tuesday(_ arguments: [String], dyingAt site: String) async throws -> Bool {
        let path = "\(directory)/tuesday-\(UInt64.random(in: 0 ... .max)).failpoints"
        let page = try FailpointFile(path: path)
        page.arm("\(site)=kill")
        var environment = toolEnvironment
        environment["TUESDAY_TEST_FAILPOINTS"] = path
        let (status, _) = try await Programs.outcome(of: "tuesday", arguments, environment: environment)
        return status == SIGKILL && page.deeds == ["\(site) kill"]
    }
}
