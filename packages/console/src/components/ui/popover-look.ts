export const popoverLook =
  'rounded-lg border border-line bg-raised shadow-pop outline-none data-[entering]:animate-[appear_.12s_ease-out]'

export const listLook = 'max-h-80 overflow-auto p-1 outline-none'
