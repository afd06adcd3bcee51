/// Numbers in answers that nobody has said.
import Testing

@testable import Answering

@Suite("Numbers that nobody has said", .timeLimit(.minutes(5)))
struct SaidNumbersTests {
    /// What was said, an answer, and what in it nobody has said.
    typealias Row = (said: String, answer: String, unsupported: [String])

    private func check(_ row: Row) {
        #expect(
            SaidNumbers(in: [row.said]).unsupported(in: row.answer) == row.unsupported, "\(row.said) | \(row.answer)")
    }

    @Test(
        "Amounts are the same however they are written",
        arguments: [
            ("I owe $1,200.", "Your $1,200 is due.", []), ("I owe $1,200.", "1.200,00 EUR", []),
            ("1200", "$1,200.00", []),
            ("1.200,00 EUR", "1200 euros", []), ("1 200 €", "€1,200", []), ("1'200 CHF", "CHF 1200", []),
            ("1\u{202F}200 €", "1200", []), ("$1.2k", "$1,200", []), ("1,2 k", "1200", []),
            ("1.5 million", "$1,500,000", []),
            ("EUR 1.5 Mio.", "1.500.000 €", []), ("250k", "$250,000", []),
            ("two hundred and fifty thousand dollars", "$250,000", []),
            ("１２００", "1,200", []), ("١٢٠٠", "1200", []), ("$1,200", "$1,300", ["$1,300"]), ("$1,200", "$120", ["$120"]),
            ("$1,200", "Pay $1,200 now and $99.50 later.", ["$99.50"]), ("", "USD 5,000 is enough", ["USD 5,000"]),
            ("", "It costs 1.200,00 EUR.", ["1.200,00 EUR"]), ("1,234,567.89", "1.234.567,89", []),
            ("1200.50", "1,200.5", []),
            // Three digits behind a mark are thousands.
            ("$250,000", "The fee is $250.", ["$250"]), ("1,500 dollars", "$1.50", ["$1.50"]),
            ("250,000", "$250", ["$250"]),
            ("250.000 €", "250 €", ["250 €"]), ("4.250%", "4.25%", []), ("1,234 m", "1.234 m", []),
            // Currencies right beside the number.
            ("", "EUR500 and CHF1,200", ["EUR500", "CHF1,200"]), ("EUR250,000", "€250,000", []),
            ("500 kronor", "500kr", []),
            ("", "It costs 500kr or 1000円.", ["500", "1000"]), ("500", "手续费是500元，利率3。", ["3"]),
            ("EUR1,500", "EUR1,500", []),
            ("5 million", "$5m", []), ("$0.99", "99", ["99"]), ("", "€ 250 and €250.", ["€ 250", "€250"]),
        ] as [Row])
    func amounts(row: Row) { check(row) }

    @Test(
        "Percentages and rates are percentages, and nothing else",
        arguments: [
            ("at 4.5% interest", "4.5 percent", []), ("4.5 percent", "4,5 %", []), ("4.5 per cent", "4.5%", []),
            ("at 4.5", "4.5%", []), ("4.5%", "a rate of 4.5", []), ("50 basis points", "0.5%", []),
            ("0.25%", "25 bps", []),
            ("zehn 10 Prozent", "10%", []), ("30-year", "30%", ["30%"]), ("$30", "30%", ["30%"]),
            ("5%", "5.25%", ["5.25%"]),
            ("", "Rates start at 3.99% APR.", ["3.99%"]), ("", "a 0% fee", ["0%"]),
            ("4.5%", "between 4.5% and 6%", ["6%"]),
            ("", "10-15%", ["10", "15%"]), ("10-15%", "10% to 15%", []), ("twenty percent", "20%", []),
            ("20%", "twenty percent", []), ("", "five percent", ["five percent"]), ("0.5%", "½ of 0.50%", []),
        ] as [Row])
    func percentages(row: Row) { check(row) }

    @Test(
        "Times and counts are compared with what they count",
        arguments: [
            ("a 30-year mortgage", "30 years", []), ("thirty-year fixed", "30-year", []),
            ("30 years", "thirty years", []),
            ("30 years", "360 months", []), ("12 months", "one year", []), ("2 weeks", "14 days", []),
            ("24 hours", "1 day", []),
            ("30 years", "30 days", ["30 days"]), ("", "within 2 business days", ["2 business days"]),
            ("", "within two business days", ["two business days"]), ("3 to 5 days", "3-5 days", []),
            ("", "3–5 days", ["3", "5 days"]),
            ("five people", "5 people", []), ("", "3 branches", ["3"]), ("30 Jahre", "30 years", []),
            ("30 ans", "30-year", []),
            ("fifteen", "15-year", []), ("", "a 15-year fixed mortgage", ["15-year"]),
            ("", "twenty-five years", ["twenty-five years"]),
            ("2 years and 6 months", "2 years or 6 months", []), ("", "a thousand thanks", ["thousand"]),
        ] as [Row])
    func counts(row: Row) { check(row) }

    @Test(
        "Dates and times of day are the same in all their forms",
        arguments: [
            ("2025-01-23", "January 23, 2025", []), ("January 23rd, 2025", "23.01.2025", []),
            ("01/23/2025", "23 January 2025", []),
            ("23. Januar 2025", "Jan. 23, 2025", []), ("23 janvier", "January 23", []),
            ("the 23rd of January", "23 January", []),
            ("2025-01-23", "on January 23", []), ("January 23", "January 23, 2025", []),
            ("January 2025", "01/2025", []), ("", "1. May I ask?", []), ("", "1. Mai 2025", ["1. Mai 2025"]),
            ("2025-01-23", "January 24, 2025", ["January 24, 2025"]),
            ("2025-01-23", "January 23, 2026", ["January 23, 2026"]),
            ("2025-01-23", "in January 2025", []), ("2025-01-23", "in 2025", []),
            ("", "by March 31, 2026", ["March 31, 2026"]),
            ("", "in 2026", ["2026"]), ("03/04/2025", "4 March 2025", []), ("03/04/2025", "3. April 2025", []),
            ("at 2:30 pm", "14:30", []), ("14:30", "2:30 p.m.", []), ("3pm", "15:00", []), ("15 Uhr", "3 pm", []),
            ("at 3", "3 pm", []), ("3 pm", "at 3", []), ("", "call at 10:30", ["10:30"]), ("10:30", "11:30", ["11:30"]),
            ("Call me at 5 o'clock", "5 pm", []), ("2025-01-23T14:30:00", "14:30", []),
            ("", "9am to 5pm", ["9am", "5pm"]),
        ] as [Row])
    func dates(row: Row) { check(row) }

    @Test(
        "What isn't a statement in numbers isn't one",
        arguments: [
            "1. First\n2. Second\n10) Tenth", "- 1) one thing\n**2.** another", "(1) this, (2) that",
            "the 1st and the 2nd choice",
            "We're here 24/7.", "your 401(k) or 403b", "Form W-2, Q3, COVID-19, A4, B2B and K-1",
            "one of our advisers, two options",
            "Step 1: this. Option 2 is that.", "No numbers at all", "", "[IBAN-1] and [CARD-12]", "one day",
            "in one moment",
            "3D", "a second thought", "you may want to march on", "# 1. Title",
        ])
    func none(answer: String) { check(("", answer, [])) }

    @Test("Each is named once, 20 at most, with 64 bytes at most")
    func bounds() {
        let said = SaidNumbers(in: ["7"])
        #expect(said.unsupported(in: "8, 8, 7, 9 and 8") == ["8", "9"])
        #expect(
            said.unsupported(in: (100..<200).map(String.init).joined(separator: ", ")) == (100..<120).map(String.init))
        #expect(said.unsupported(in: String(repeating: "9", count: 1000)) == [String(repeating: "9", count: 64)])
        // No character is cut in two.
        let long = "€" + String(repeating: "٩", count: 1000)
        #expect(said.unsupported(in: long) == ["€" + String(repeating: "٩", count: 30)])
    }

    @Test("All texts count, and each by itself")
    func texts() {
        let said = SaidNumbers(in: ["a 30-year mortgage", "at 4.5%", "Answer in 2 sentences."])
        #expect(said.unsupported(in: "30 years at 4.5%, in 2 steps, for $9") == ["$9"])
        #expect(SaidNumbers(in: []).unsupported(in: "7") == ["7"])
        #expect(SaidNumbers(in: ["1", "2"]).unsupported(in: "12") == ["12"])
    }

    @Test(
        "What a text costs is in proportion to its size, also where it makes a careless search try again and again",
        arguments: [
            "1", "1 ", "1.", "1,", "1-", "1 000 ", "000 ", "1'000", "1/1/", "1:", "one ", "one-", "hundred ",
            "thousand ", "a", "may ",
            "May 1 ", "may-", "$", "$1", "1 to ", "1%", "1 EUR ", "EUR 1 ", "1st ", "\n1. ", "(1)", "é1", "１",
            "1\u{200B}", "1 of ", "1 m ",
            "W-2 ", "24/7 ", "2025-01-23 ", "1 business ", "per ", "1 per ", "two hundred and ",
        ])
    func linear(part: String) {
        let growth = growth(of: part) { text in
            let said = SaidNumbers(in: [text])
            #expect(said.unsupported(in: text).isEmpty)
        }
        #expect(growth < 24)
    }
}
