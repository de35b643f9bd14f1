// One entry of a list of facts: its name, and what stands in the data.

import { Own } from "./text.tsx";

export function Fact({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Own text={text} />
      </dd>
    </div>
  );
}
