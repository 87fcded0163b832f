/// Functions in Lua that several scripts call; they are defined in the folder `Parts`.
struct ScriptPart: Sendable {
    let text: String
    /// The parts that it calls.
    private let needs: [ScriptPart]

    init(needs: [ScriptPart] = [], _ text: String) {
        self.needs = needs
        self.text = text
    }

    /// Adds it to others, unless it is there already, after the parts that it needs.
    func include(in parts: inout [ScriptPart]) {
        for part in needs { part.include(in: &parts) }
        if !parts.contains(where: { $0.text == text }) { parts.append(self) }
    }
}
