interface TickBoxProps {
  label: string
  isSelected: boolean
  isIndeterminate?: boolean
  onChange(is: boolean): void
}

/** A bare box for a row of a table: the browser's own, which weighs nothing on the first page that people open. */
export function TickBox({ label, isSelected, isIndeterminate = false, onChange }: TickBoxProps) {
  return (
    <label className="grid size-6 cursor-pointer place-items-center">
      <input
        type="checkbox"
        aria-label={label}
        checked={isSelected}
        ref={(box) => {
          if (box) box.indeterminate = isIndeterminate
        }}
        onChange={({ target }) => onChange(target.checked)}
        className="size-4 cursor-pointer accent-accent"
      />
    </label>
  )
}
