export const shortcut = {
  everywhere: 'Everywhere',
  goTo: 'Go to',
  lists: 'Lists and calendar',
  search: 'Search this page',
  refresh: 'Ask the hub again',
  close: 'Close',
  nextRow: 'Next row',
  previousRow: 'Previous row',
  backfill: 'Backfill the selection',
  areOn: 'Single keys are shortcuts',
}
