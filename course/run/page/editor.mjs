// The editor: CodeMirror with Python, in the theme's colours; bundled into run/editor.js.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const setFailed = StateEffect.define();

/** The line that failed, marked until the text changes. */
const failed = StateField.define({
  create: () => Decoration.none,
  provide: (field) => EditorView.decorations.from(field),
  update(marks, { effects, docChanged, state }) {
    for (const effect of effects.filter((e) => e.is(setFailed))) {
      const known = effect.value > 0 && effect.value <= state.doc.lines;
      const line = Decoration.line({ class: "run-failed" });
      const mark = known && line.range(state.doc.line(effect.value).from);
      marks = known ? Decoration.set([mark]) : Decoration.none;
    }
    return docChanged ? Decoration.none : marks;
  },
});

/** Open a block's editor before `place`; Ctrl/Cmd+Enter runs the block, which gets each change. */
export function open({ place, text, name, block }) {
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (block.run(), true) }])),
        lineNumbers(), drawSelection(), history(), bracketMatching(), indentOnInput(),
        indentUnit.of("    "),
        python(), syntaxHighlighting(classHighlighter), failed,
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({
          "aria-label": `Code of ${name}; Escape, then Tab leaves the editor`,
        }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) block.changed(state.doc.toString());
        }),
      ],
    }),
  });
  place.before(view.dom);
  return {
    focus: () => view.focus(),
    mark: (line) => view.dispatch({ effects: setFailed.of(line) }),
    close: () => view.destroy(),
  };
}
