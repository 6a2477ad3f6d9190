import { useEffect, useRef, type ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components'
import { cx } from './class-names.ts'

interface TabsProps<Key extends string> {
  label: string
  value: Key
  onChange(key: Key): void
  tabs: readonly { key: Key; title: ReactNode; content(): ReactNode }[]
  small?: boolean
}

/** Only the chosen tab's content exists. */
export function Tabs<Key extends string>({ label, value, onChange, tabs, small }: TabsProps<Key>) {
  const list = useRef<HTMLDivElement>(null)
  // Where it is narrow the chosen one may be out of sight
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>('[aria-selected=true]')
    if (list.current && tab) list.current.scrollLeft = tab.offsetLeft - list.current.clientWidth / 2
  }, [value])
  return (
    <AriaTabs selectedKey={value} onSelectionChange={(key) => onChange(key as Key)} className="min-w-0">
      <TabList ref={list} aria-label={label} className="relative flex gap-5 overflow-x-auto border-b border-line px-px">
        {tabs.map(({ key, title }) => (
          <Tab
            key={key}
            id={key}
            className={cx(
              '-mb-px cursor-pointer border-b-2 border-transparent font-medium text-soft whitespace-nowrap transition-colors hover:text-ink data-[selected]:border-accent data-[selected]:text-ink data-[focus-visible]:outline-offset-[-2px]',
              small ? 'py-1.5 text-sm' : 'py-2.5 text-base',
            )}
          >
            {title}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ key, content }) => (
        <TabPanel key={key} id={key} className={cx(small ? 'pt-3' : 'pt-5', 'rounded-sm')}>
          {content()}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
