export default function Page() {
  return <main>Thingdeck</main>;
}
