export const palette = {
  label: 'Search tasks, executions, files and pages',
  nothing: (text: string) => `Nothing matches “${text}”`,
}
