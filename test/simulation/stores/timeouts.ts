export { clearDue as clearTimeout, setDue as setTimeout } from '../clock.ts'
