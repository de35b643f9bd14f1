// A field in which a name is looked up and chosen: the first matches, with how often each occurs. The pattern is the
// ARIA combobox with a list.

import { useRef, useState } from "preact/hooks";
import { number, Own } from "./text.tsx";

export interface Choice {
  key: string;
  text: string;
  note: string;
  count: number;
}

interface Props {
  id: string;
  label: string;
  placeholder: string;
  /** The best matches for what was typed. */
  find: (query: string) => Choice[];
  pick: (key: string) => void;
}

export function Picker({ id, label, placeholder, find, pick }: Props) {
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const choices = open ? find(query) : [];
  const active = Math.min(at, choices.length - 1);
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    pick(choice.key);
    setQuery("");
    setOpen(false);
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((active + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      choose(choices[active]);
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div class="picker">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={input}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        placeholder={placeholder}
        value={query}
        aria-expanded={open && choices.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && choices[active] ? `${id}-${active}` : undefined}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setOpen(true);
          setAt(0);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} class="choices" hidden={!open || choices.length === 0}>
        {choices.map((choice, i) => (
          <li
            key={choice.key}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === active}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(choice);
            }}
          >
            <Own text={choice.text} /> <small>{choice.note}</small>{" "}
            <span class="bar-count">{number(choice.count)}</span>
          </li>
        ))}
      </ul>
      {open && query !== "" && choices.length === 0 && <p class="faint none">Nothing of that name.</p>}
    </div>
  );
}
