import { exerciseTarget } from '../exercise-target.ts'

exerciseTarget('mysql')
