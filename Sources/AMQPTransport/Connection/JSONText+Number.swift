internal import TaskQueue

extension JSONText {
    init(number: Int) { self.init(wellFormed: Array(String(number).utf8)) }
}
