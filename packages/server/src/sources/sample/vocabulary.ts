/** What the sample data is made of: invented brands and products, with the commas, quotes and scripts of real catalogues. */

type List = readonly [string, ...string[]]

export const MARKETPLACES: List = ['US', 'CA', 'MX', 'UK', 'DE', 'FR', 'IT', 'ES', 'JP', 'AU']

export const BRANDS: List = [
  'Northwind Audio',
  'Lumière & Fils',
  'Köhler Küche',
  'さくら工房',
  "O'Hara Outdoors",
  'Brightline, Inc.',
  'Casa Niño',
  'Vela',
  'Żubr Tools',
  'The "Original" Mug Co.',
  '山海茶业',
  'Peak & Pine',
]

export const CATEGORIES: List = [
  'Electronics > Headphones',
  'Home & Kitchen > Storage',
  'Sports & Outdoors > Camping',
  'Beauty > Skin Care',
  'Tools & Home Improvement',
  'Grocery > Tea, Coffee & Cocoa',
  'Toys & Games',
  'Pet Supplies',
]

export const PRODUCTS: List = [
  'Wireless Noise Cancelling Headphones',
  'Stainless Steel Water Bottle',
  'Ceramic Pour-Over Coffee Set',
  'Two-Person Trekking Tent',
  'Cordless Drill Driver',
  'Vitamin C Serum',
  'Bamboo Cutting Board',
  'Wooden Building Blocks',
  'Orthopedic Dog Bed',
  'LED Desk Lamp',
  'Loose Leaf Jasmine Tea',
  'Cast Iron Skillet',
]

export const DETAILS: List = [
  '40 h battery, fast charge',
  '24" × 16", set of 2',
  'für Büro und Reise',
  'BPA-free, leakproof',
  'with "Soft Touch" handle',
  'édition limitée 🎁',
  '送料無料',
  'size M/L, dark green',
  '2-pack (Amber, Slate)',
  'gift box included',
]

export const KEYWORDS: List = [
  'wireless headphones',
  'water bottle 1l',
  'coffee dripper',
  'kaffee "filter"',
  'tent 2 person, lightweight',
  'cordless drill',
  'sérum vitamine c',
  'schneidebrett bambus',
  'ワイヤレスイヤホン',
  'dog bed large',
  'desk lamp usb c',
  'jasmine tea, loose leaf',
]

export const MATCH_TYPES: List = ['EXACT', 'PHRASE', 'BROAD']
