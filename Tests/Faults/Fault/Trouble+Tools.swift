import TestSupport

/// Operators whose tools die in the midst of what they do.
extension Trouble {
    /// Runs a verb that is killed when it comes by a site; somebody is to do the same again. It counts when it died there.
    func killTool(_ verb: String, _ arguments: [String], at site: String) async {
        // Where something else is wrong, it may not come so far.
        if (try? await installation.tuesday(arguments, dyingAt: site)) == true { cover("tool-killed \(site) \(verb)") }
    }
}
