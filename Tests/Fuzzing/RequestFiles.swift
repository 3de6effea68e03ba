import Workflow

/// What must hold for a file of requests.
enum RequestFiles {
    /// With the columns that mappings of the corpus name.
    static let foreign = Array(
        """
        no,title,text,where,sent,answer,answered,likes
        1,Tap,水龙头 drips,South,2026-11-20T09:00:00+08:00,Mended,2026-11-20T11:00:00+08:00,3
        2,,land and water,,2026-11-20T09:00:00+08:00,,,
        2,,another,Nowhere,yesterday,,,
        """.utf8)

    static func check(_ file: [UInt8], _ mapping: RequestMapping, _ isHistorical: Bool) {
        // The county does not have every code that a mapping names.
        guard var reader = try? FuzzedCounty.reader(mapping, isHistorical: isHistorical) else { return }
        let sheet = reader(file: "f", bytes: file)
        precondition(
            sheet.rows.count <= sheet.rowCount && (sheet.rows.count == sheet.rowCount || !sheet.problems.isEmpty),
            "\(sheet.rows.count) of \(sheet.rowCount) rows are read, and \(sheet.problems.count) problems named")
        precondition(sheet.problems.allSatisfy { $0.line > 0 && $0.column > 0 }, "\(sheet.problems)")
        // A heading of another file has been read by then; a row that was read once is the same again.
        let again = reader(file: "f", bytes: file)
        precondition(
            again.rows.map(\.submission.bodyHash) == sheet.rows.map(\.submission.bodyHash),
            "rows are others the second time")
    }
}
