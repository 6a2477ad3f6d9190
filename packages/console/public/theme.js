// Before the first paint: the theme and the language that this browser chose last.
try {
  const { theme, locale } = JSON.parse(localStorage.getItem('datahub.preferences') || '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  if (locale) document.documentElement.lang = locale
} catch {
  // Storage may be forbidden; the system's theme will do.
}
