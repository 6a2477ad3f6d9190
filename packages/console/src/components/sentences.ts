/** What is wrong and what would be right as one line, in the language that they come in. */
export function sentences(wrong: string, cure: string): string {
  const [stop, between] = /\p{Script=Han}/u.test(wrong) ? ['。', ''] : ['.', ' ']
  const first = /[.?!。？！]$/.test(wrong) ? wrong : `${wrong}${stop}`
  return cure === '' || first.includes(cure) ? first : `${first}${between}${cure}`
}
