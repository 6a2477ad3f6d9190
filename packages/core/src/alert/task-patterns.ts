/** Whether a task is one of those that a channel is about: by its name, where `*` stands for any text. */
export function isAbout(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's').test(name))
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
