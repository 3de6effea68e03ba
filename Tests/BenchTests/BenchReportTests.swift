import Testing

@testable import tuesday

@Suite struct BenchReportTests {
    @Test func `the median is the middle value or the mean of the two in the middle`() {
        #expect(Spread([3, 1, 2]).median == 2)
        #expect(Spread([4, 1, 2, 3]).median == 2.5)
        #expect(Spread([7]).least == 7 && Spread([7]).most == 7)
        #expect(Spread([]).median == 0)
    }

    @Test func `figures keep the order in which they were first added, and a value for each run`() {
        var report = BenchReport("drain")
        for run in [10.0, 30, 20] {
            report.add("rate", "rate", run)
            report.add("share", "share", run / 10, decimals: 3)
        }
        #expect(report.figures.map(\.name) == ["rate", "share"])
        #expect(report.figures[0].values == [10, 30, 20])
        #expect(report.table.rows == [["rate", " 20.0", " 10.0", " 30.0"], ["share", "2.000", "1.000", "3.000"]])
    }

    @Test func `a metric is summed over its labels`() {
        let text = """
            # HELP tuesday_batches_total Batches committed.
            # TYPE tuesday_batches_total counter
            tuesday_batches_total{group="tuesday-router"} 3
            tuesday_batches_total{group="other"} 4
            tuesday_published_total 17
            """
        #expect(ResourceMeter.sums(text) == ["tuesday_batches_total": 7, "tuesday_published_total": 17])
    }
}

@Suite struct TerminalPlotTests {
    @Test func `the highest value fills its column and half of it fills half`() {
        let plot = TerminalPlot(title: "rate", values: [50, 100, 0], axis: "0 to 3 s", height: 2)
        #expect(plot.text == "rate\n100 ┤ █ \n  0 ┤██ \n     0 to 3 s")
    }

    @Test func `more values than columns are averaged in parts`() {
        #expect(TerminalPlot.columns([1, 3, 5, 7], 2) == [2, 6])
        #expect(TerminalPlot.columns([1, 2, 3], 2) == [1, 2.5])
        #expect(TerminalPlot.columns([1, 2], 2) == [1, 2])
    }

    @Test func `nothing at all is said in words`() {
        #expect(TerminalPlot(title: "rate", values: [0, 0]).text == "rate: nothing")
    }
}
