import { useMay } from '../../app/me.ts'
import { AlertList } from './alert-list.tsx'
import { ChannelList } from './channel-list.tsx'

/** What is wrong and who is told; where it is sent is for those who may decide that. */
export default function AlertsTab() {
  const may = useMay()
  return (
    <div className="flex flex-col gap-5">
      <AlertList state="open" />
      {may('alertChannel.list') && <ChannelList />}
      <AlertList state="resolved" />
    </div>
  )
}
